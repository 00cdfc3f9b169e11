"""Where models rest: folders whose every byte is vouched for, and which one is champion."""
