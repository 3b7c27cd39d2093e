namespace Causeway.Workflows.Storage;

/// <summary>
/// A named right that one holder has at a time, such as to drive a pair of routers (<c>routers/ams-1</c>). It ends when it is not renewed in time; by the
/// store's clock, whatever the nodes' clocks say.
/// </summary>
/// <param name="Name">Such as <c>routers/ams-1</c>.</param>
/// <param name="Holder">The random id of a process (<see cref="NodeIdentity.Id"/>).</param>
/// <param name="Epoch">1 or more; rises whenever the holder changes. What was done under an older epoch may be refused.</param>
public sealed record Lease(string Name, string Holder, long Epoch);
