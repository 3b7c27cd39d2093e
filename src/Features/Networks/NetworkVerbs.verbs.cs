using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;

namespace Causeway.Cli.Networks;

/// <summary><c>causeway network …</c>: what the verbs of virtual networks, their gateways and connections have in common.</summary>
internal static class NetworkVerbs
{
    /// <summary>The usual verbs of a type, and its own create.</summary>
    /// <param name="word">What people call the type on the command line.</param>
    /// <param name="nothing">Key of what is said instead of an empty list.</param>
    /// <param name="thing">Key of what one is called in a sentence.</param>
    public static IEnumerable<Command> Of<T>(
        string word,
        string type,
        Func<CausewayClient, ResourceClient<T>> of,
        Verb create,
        Column<T>[] columns,
        string nothing,
        string thing
    ) =>
        [
            create,
            Shape.One(
                "show",
                [$"causeway network {word} show apps"],
                "reading",
                call => of(call.Client).GetAsync(call.PathOf(type, call.Text("name")), call.Cancellation),
                columns,
                [Opt.Argument("name")]
            ),
            Shape.List(
                "list",
                [$"causeway network {word} list --group rg"],
                nothing,
                call => of(call.Client).ListAsync(Ids.OfNetwork(call.GroupPath, type), call.Cancellation),
                columns
            ),
            Shape.Delete(
                "delete",
                [$"causeway network {word} delete apps"],
                call => of(call.Client).DeleteAsync(call.PathOf(type, call.Text("name")), call.Wait, call.Cancellation),
                call => $"{call.Words[thing]} {call.Text("name")}",
                Opt.Argument("name")
            ),
        ];
}
