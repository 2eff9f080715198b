import os
import unittest

import report


class ReportTests(unittest.TestCase):
    def test_the_token_is_sent(self):
        self.assertEqual(report.request("t"), {"Authorization": "Bearer t"})

    def test_the_profile_has_no_secret(self):
        self.assertEqual(os.environ["WEBHOOK_TOKEN"], "test-token")

    def test_an_error_names_the_host(self):
        with self.assertRaisesRegex(report.DatabaseError, "db.internal"):
            report.connect(os.environ["DATABASE_URL"])
