using System.Globalization;
using Causeway.Client;

namespace Causeway.Portal.Pages;

/// <summary>How a value is shown.</summary>
public enum CellKind
{
    Text,

    /// <summary>What is copied: addresses, keys, prefixes.</summary>
    Code,

    /// <summary>A state, with the colour of how good it is.</summary>
    State,
    Number,
}

/// <summary>A value on a page.</summary>
/// <param name="Href">Where it leads; null for nowhere.</param>
public sealed record Cell(string Text, CellKind Kind = CellKind.Text, string? Href = null)
{
    public static Cell Of(string? text) => new(text ?? "");

    public static Cell Code(string? text) => new(text ?? "", CellKind.Code);

    public static Cell State(string? text) => new(text ?? "", text is null ? CellKind.Text : CellKind.State);

    public static Cell Number(decimal? number) => new(number?.ToString("0.####", CultureInfo.InvariantCulture) ?? "", CellKind.Number);

    public static Cell Time(DateTimeOffset? at) =>
        new(at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "");

    /// <summary>A resource, by its name, leading to its page.</summary>
    public static Cell Link(string? id, string? text = null) =>
        id is null ? new("") : new(text ?? Ids.NameOf(id), CellKind.Text, PathOf(id));

    /// <summary>The page of a resource.</summary>
    public static string PathOf(string id) => "/portal/r" + string.Join('/', id.Split('/').Select(Uri.EscapeDataString));
}

/// <summary>How good a state is, whatever it is a state of.</summary>
internal static class Tones
{
    public static string Of(string state) =>
        state.ToLowerInvariant() switch
        {
            "provisioned"
            or "enabled"
            or "succeeded"
            or "established"
            or "active"
            or "approved"
            or "connected"
            or "ok"
            or "passed"
            or "running"
            or "resting"
            or "idle loop"
            or "valid"
            or "configured"
            or "proven"
            or "accepted"
            or "open" => "good",
            "failed" or "blocking" or "rejected" or "notvalid" or "invalid" or "disabled" or "hung" or "failing" or "refused" or "error" =>
                "bad",
            "warning"
            or "provisioning"
            or "deprovisioning"
            or "updating"
            or "deleting"
            or "pending"
            or "pendingapproval"
            or "provisioningstarted"
            or "provisioningcompleted"
            or "validating"
            or "validationneeded"
            or "pendingadd"
            or "pendingupdate"
            or "pendingremove"
            or "connecting"
            or "connect"
            or "active session"
            or "opensent"
            or "openconfirm"
            or "idle"
            or "waiting"
            or "externalblocker" => "wait",
            _ => "plain",
        };
}
