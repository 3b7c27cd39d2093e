namespace Causeway.Portal.Sessions;

/// <summary>A resource that somebody lets others see who have a link.</summary>
/// <param name="By">Who shares it, and as whom it is asked for.</param>
/// <param name="Until">When the link ends; with the session at the latest.</param>
public sealed record Shared(PortalSession By, string Resource, DateTimeOffset Until);
