using System.CommandLine;

namespace Causeway.Cli;

internal enum OutputForm
{
    Table,
    Json,
    Yaml,
}

/// <summary>Options that every verb understands; one instance each, standing on every group of verbs.</summary>
internal static class CommonOptions
{
    public static Option<string?> As { get; } =
        new("--as")
        {
            Description = "Who to be: customer, otherCustomer, provider, operator, or another principal of the access file.",
            HelpName = "ROLE",
            Recursive = true,
        };

    public static Option<string?> Access { get; } =
        new("--access")
        {
            Description = "The access.json that the server wrote [default: the context's, else ./data/access.json].",
            HelpName = "FILE",
            Recursive = true,
        };

    public static Option<string?> Subscription { get; } =
        new("--subscription")
        {
            Description = "Subscription id, or a role's subscription by name [default: the one of --as].",
            HelpName = "ID",
            Recursive = true,
        };

    public static Option<string?> Group { get; } =
        new("--group", "-g")
        {
            Description = "Resource group [default: the context's].",
            HelpName = "NAME",
            Recursive = true,
        };

    public static Option<OutputForm> Output { get; } =
        new("--output", "-o")
        {
            Description = "table for people, json (as the server answered) and yaml for programs.",
            Recursive = true,
            DefaultValueFactory = _ => OutputForm.Table,
        };

    public static Option<bool> NoWait { get; } =
        new("--no-wait") { Description = "Return when the server has accepted it, without waiting for the routers.", Recursive = true };

    public static Option<bool> Wait { get; } = new("--wait") { Description = "Wait until it is done (the default).", Recursive = true };

    public static Option<int> Timeout { get; } =
        new("--timeout")
        {
            Description = "Seconds to wait at most.",
            HelpName = "SECONDS",
            Recursive = true,
            DefaultValueFactory = _ => 300,
        };

    public static Option<bool> PrintRequest { get; } =
        new("--print-request") { Description = "Print each request to standard error, secrets masked.", Recursive = true };

    public static IReadOnlyList<Option> All { get; } = [As, Access, Subscription, Group, Output, Wait, NoWait, Timeout, PrintRequest];
}
