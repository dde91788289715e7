"""The benchmark: gold questions asked, answers judged, runs compared and reported."""
