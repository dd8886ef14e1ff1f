"""Models of what is offered, by role."""

from .course import CourseFact, CourseLink, CourseModule, CoursePage
from .home import HomePage
from .index import CatalogueIndexPage
from .kinds import DistanceCoursePage, SharedOfferingPage
from .media import CourseDocument, Picture, PictureRendition
from .occasion import CourseOccasion
from .package import CoursePackagePage, PackageCourse
from .provider import Provider
from .region import RegionPage

__all__ = [
    "CatalogueIndexPage",
    "CourseDocument",
    "CourseFact",
    "CourseLink",
    "CourseModule",
    "CourseOccasion",
    "CoursePackagePage",
    "CoursePage",
    "DistanceCoursePage",
    "HomePage",
    "PackageCourse",
    "Picture",
    "PictureRendition",
    "Provider",
    "RegionPage",
    "SharedOfferingPage",
]
