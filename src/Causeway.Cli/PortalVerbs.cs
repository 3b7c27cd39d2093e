using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Contracts.Operations;

namespace Causeway.Cli;

/// <summary><c>causeway portal</c>: a link that signs in to the portal, once.</summary>
internal static class PortalVerbs
{
    public static IEnumerable<Twig> Twigs => [Twig.Whole("portal", Portal)];

    private static Verb Portal() =>
        new(
            "portal",
            ["causeway portal --open", "causeway portal --as operator", "causeway portal -o json | jq -r .url"],
            RunAsync,
            Opt.Flag("--open")
        );

    private static async Task RunAsync(CliCall call)
    {
        JsonNode answer =
            await call.Reading(call.Client.Arm.PostAsync("/portal/codes", "2026-11-01", null, call.Cancellation))
            ?? throw new ClientException("The server answered nothing.");
        PortalLinkBody link = Document<PortalLinkBody>.Of(answer, PortalContract.Default.PortalLinkBody).Body;
        if (call.ForPeople)
        {
            call.Out.WriteLine(link.Url);
            call.Next("portal link", call.Principal);
        }
        else
            Printer.Raw(call, answer);
        if (call.Get<bool>("--open") && !Open(link.Url))
            throw new CliException(call.Words["portal no browser"]);
    }

    /// <returns>False where there is nothing that opens a page.</returns>
    private static bool Open(string url)
    {
        string opener = OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        try
        {
            using Process? started = Process.Start(
                new ProcessStartInfo(opener, [url]) { RedirectStandardOutput = true, RedirectStandardError = true }
            );
            return started is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
