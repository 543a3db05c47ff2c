"""Does a shop that grew a hundredfold still find what is due, and show its lists, as fast?"""
