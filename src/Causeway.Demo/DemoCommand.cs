using System.CommandLine;
using System.Net;
using System.Text.Json;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Demo.Chapters;
using Causeway.Domain.Topology;
using Causeway.Language;
using Causeway.Server;
using Causeway.Server.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Causeway.Demo;

/// <summary><c>causeway demo</c>: the server and a customer's router in this process, and the story told through the public API.</summary>
public static class DemoCommand
{
    /// <param name="common">The words common to all.</param>
    public static Command Create(Words common)
    {
        Words words = common.With(typeof(DemoCommand).Assembly, "Demo.words");
        var exit = new Option<bool>("--exit");
        var json = new Option<bool>("--json");
        var data = new Option<string?>("--data") { HelpName = "DIR" };
        var port = Port("--port", 8443, least: 0);
        var bgpPort = Port("--bgp-port", 1790, least: 1);
        var list = new Option<bool>("--list");
        var chapter = new Option<int?>("--chapter") { HelpName = "N" };
        chapter.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: var text }]
                && int.TryParse(text, out int given)
                && (given < 1 || given > DemoChapters.All.Count)
            )
                result.AddError(words["no such chapter", text, DemoChapters.All.Count]);
        });
        var command = new Command("demo", words["verb demo"]) { exit, json, data, port, bgpPort, list, chapter };
        foreach (Option option in command.Options)
            option.Description = words[$"option demo {option.Name}"];
        command.Add(CommonOptions.Language(words));
        command.SetAction(
            (parsed, cancellation) =>
                parsed.GetValue(list)
                    ? ListAsync(parsed.GetValue(json), words)
                    : RunAsync(
                        new DemoOptions(
                            parsed.GetValue(exit),
                            parsed.GetValue(json),
                            parsed.GetValue(data),
                            parsed.GetValue(port),
                            parsed.GetValue(bgpPort),
                            parsed.GetValue(chapter)
                        ),
                        words,
                        cancellation
                    )
        );
        return command;

        Option<int> Port(string name, int otherwise, int least)
        {
            var option = new Option<int>(name) { HelpName = "PORT", DefaultValueFactory = _ => otherwise };
            option.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out int given) && (given < least || given > 65535))
                    result.AddError(words["not a port", text, name, least]);
            });
            return option;
        }
    }

    private static async Task<int> ListAsync(bool json, Words words)
    {
        var list = DemoChapters.All.Select(
            (c, i) => new DemoChapterLine(i + 1, words[$"demo chapter {c.Key}"], words[$"demo about {c.Key}"])
        );
        if (json)
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize([.. list], DemoJson.Default.DemoChapterLineArray));
        else
            foreach (DemoChapterLine line in list)
                await Console.Out.WriteLineAsync($"{line.Chapter}  {line.Title}\n   {line.About}");
        return 0;
    }

    /// <returns>0 when the story was told to its end; 1 when it could not go on; 2 when it could not begin.</returns>
    private static async Task<int> RunAsync(DemoOptions options, Words words, CancellationToken cancellation)
    {
        TimeProvider time = TimeProvider.System;
        if (options.Data is { } folder && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            await Console.Error.WriteLineAsync($"causeway: {words["demo not empty", folder]}");
            return 2;
        }
        string data = options.Data ?? Directory.CreateTempSubdirectory("causeway-demo-").FullName;
        try
        {
            await using ServerHost host = await ServerHost.StartAsync(
                new ServerSettings
                {
                    DataFolder = Path.GetFullPath(data),
                    Listen = new IPEndPoint(IPAddress.Loopback, options.Port),
                    BgpPort = options.BgpPort,
                    TopologyFile = DemoRegistry.Write(Path.Combine(Path.GetFullPath(data), "demo")),
                    Clock = time,
                },
                cancellation
            );
            int result = await TellAsync(host, options, words, time, cancellation);
            if (result == 0 && !options.Exit)
                await StayAsync(host, options, words, cancellation);
            return result;
        }
        catch (Exception e) when (StartProblem.Of(e) is { } problem)
        {
            await Console.Error.WriteLineAsync($"causeway: {words["demo cannot start", problem]}");
            return 2;
        }
        finally
        {
            if (options.Data is null)
                Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<int> TellAsync(
        ServerHost host,
        DemoOptions options,
        Words words,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        AccessFile access = AccessFile.Load(host.AccessFile);
        NetworkTopology topology = host.Services.GetRequiredService<Func<NetworkTopology>>()();
        using var contoso = new CausewayClient(access, "customer", time);
        using var fabrikam = new CausewayClient(access, "otherCustomer", time);
        using var equinix = new CausewayClient(access, "provider", time);
        using var operators = new CausewayClient(access, "operator", time);

        IAnsiConsole console = Screen();
        var terminal = new TerminalScreen(console, words);
        IDemoScreen screen = options.Json ? new JsonScreen(Console.Out) : terminal;
        // On a terminal somebody is reading; a pipe needs no time to read.
        bool watched = !options.Json && console.Profile.Capabilities.Interactive;
        var teller = new DemoTeller(screen, words, time, watched ? TimeSpan.FromSeconds(2) : TimeSpan.Zero);
        int result = 0;
        if (options.Json)
            await StoryAsync();
        else
            await terminal.RunAsync(StoryAsync);
        return result;

        async Task StoryAsync()
        {
            try
            {
                var cast = new DemoCast(contoso, fabrikam, equinix, operators, teller, time, topology.Asn, options.BgpPort);
                for (int i = 1; i <= DemoChapters.All.Count; i++)
                    if (options.Chapter is null || options.Chapter == i)
                    {
                        DemoChapterEntry entry = DemoChapters.All[i - 1];
                        await teller.ChapterAsync(i, entry.Key);
                        await using DemoChapter chapter = entry.Make(cast);
                        await chapter.RunAsync(cancellation);
                    }
            }
            catch (ClientException e)
            {
                teller.Failed(e is ArmException arm ? $"{arm.Code}: {arm.Message}" : e.Message);
                result = 1;
            }
        }
    }

    /// <summary>Without colours and line breaks of its own when the output goes into a pipe or a file.</summary>
    private static IAnsiConsole Screen()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        IAnsiConsole plain = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            }
        );
        plain.Profile.Width = 1000;
        return plain;
    }

    private static async Task StayAsync(ServerHost host, DemoOptions options, Words words, CancellationToken cancellation)
    {
        string[] next =
        [
            $"export CAUSEWAY_ACCESS={host.AccessFile}",
            "./causeway circuit create next --group contoso-network --location swedencentral --provider Megaport --peering-location Stockholm --bandwidth 100",
            "./causeway circuit explain next --group contoso-network",
            "./causeway provider orders",
            "./causeway usage",
        ];
        if (!options.Json)
        {
            // Not through the styled console: it would break long commands, which could not be copied then.
            await Console.Out.WriteLineAsync($"\n{words["demo stays", host.Endpoint]}");
            foreach (string command in next)
                await Console.Out.WriteLineAsync($"    {command}");
            await Console.Out.WriteLineAsync(words["demo stop"]);
        }
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration cancelled = cancellation.Register(() => stopped.TrySetResult());
        await Task.WhenAny(stopped.Task, host.Fatal);
    }
}

/// <summary>What the demo was asked for.</summary>
/// <param name="Chapter">The only one to tell; null for all.</param>
internal sealed record DemoOptions(bool Exit, bool Json, string? Data, int Port, int BgpPort, int? Chapter);

/// <summary>A line of <c>--list</c>.</summary>
internal sealed record DemoChapterLine(int Chapter, string Title, string About);
