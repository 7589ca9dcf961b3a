"""What happens inside a network: pure functions that return copies and never change what they get.

The network's mathematics stays in the core: these modules call its own forward and backward passes
and take the numbers out of them.
"""
