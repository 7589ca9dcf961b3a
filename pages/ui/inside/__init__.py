"""The pages of Inside look at one network and one digit, chosen in a bar that all of them share."""
