"""Test the tester: backends that are wrong in one generated way each, and proof that the kit finds them."""
