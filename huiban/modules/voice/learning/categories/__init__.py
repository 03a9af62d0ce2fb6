"""Which category a text belongs to: learnt from examples, suggested with what spoke for it."""
