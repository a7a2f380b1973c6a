"""External rejections and their review; cases of fault accountability along the chain of acts. Records only."""
