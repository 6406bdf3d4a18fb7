namespace Causeway.Gateway.Tests;

/// <summary>Tests that measure the process and so run when no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
