"""Codebooks drafted from workbooks, statistical files and headings, and studies handed out again as files."""
