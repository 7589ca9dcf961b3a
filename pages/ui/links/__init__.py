"""Links: what the address says, and whether a result could be reproduced from it."""
