namespace Causeway.Api.Tests.Cli;

/// <summary>Tests that say by an environment variable where the command line keeps what it saves; the process has one, so they run after each other.</summary>
[CollectionDefinition(nameof(SavedContext))]
public sealed class SavedContext;
