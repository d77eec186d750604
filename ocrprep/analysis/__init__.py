"""What a page is: pure functions that measure and change nothing."""
