"""What the tests of the whole program share: running the binary as a user does, and servers that misbehave on purpose."""
