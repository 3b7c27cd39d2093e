namespace Causeway.Api.Tests.Kill;

/// <summary>Tests that need the machine for themselves: they run one after the other, when the others are done.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
