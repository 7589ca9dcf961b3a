"""Why this answer: what the network's answer to one digit depends on."""
