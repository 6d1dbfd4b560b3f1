"""The HTTP face of this context: one router per noun, composed by `services.api`."""
