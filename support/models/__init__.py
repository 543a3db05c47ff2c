from support.models.problem import Problem, ProblemPhoto

__all__ = ["Problem", "ProblemPhoto"]
