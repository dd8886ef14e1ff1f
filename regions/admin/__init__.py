"""The desk of coordinators and administrators, and what keeps everyone at their own."""
