"""Ways to reach an officer outside the console: electronic mail, enterprise chat, text messages. One contract, several adapters."""
