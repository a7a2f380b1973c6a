"""Ways to reach an officer outside the console: mail, enterprise chat, text messages. One contract, several adapters."""
