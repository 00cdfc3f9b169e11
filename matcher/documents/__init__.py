"""What people hold in hand: tables read safely, tables written safely."""
