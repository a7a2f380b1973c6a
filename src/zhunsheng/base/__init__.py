"""What two or more layers need and no layer owns: a closed list, kept in tests/consistency."""
