"""Only what scikit-learn lacks: transformers with fit and transform. An encoder of another kind is one more file
here.
"""
