"""What imports did to which records, and taking it back."""
