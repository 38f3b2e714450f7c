"""What Jari is compared with, written as each one's own documentation recommends."""
