"""What the Elasticsearch engine is made of. See docs/decisions/0031-elasticsearch.md."""
