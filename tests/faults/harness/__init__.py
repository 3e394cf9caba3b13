"""What the faults are made with: processes held by number, a broker, a mail server and a database of their own."""
