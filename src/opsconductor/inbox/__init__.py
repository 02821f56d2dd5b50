"""Receivers on loopback that show what a person would have been sent.

Slack's incoming webhook, PagerDuty's Events API v2, SMTP and a webhook for the Watchdog: each
speaks the real one's protocol and refuses what the real one refuses.
"""
