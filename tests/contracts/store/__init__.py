"""What every engine under the store must do."""
