"""The tables of `people`, in the order they came about."""
