"""Does anybody wait for somebody else's crowd?"""
