"""Commands about training runs: train one, make a model of one that was stopped, train many."""
