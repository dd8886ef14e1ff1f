"""What pages show their readers."""


def home_context(page, request): return {}
def region_context(page, request): return {}
def course_context(page, request): return {}
def package_context(page, request): return {}
