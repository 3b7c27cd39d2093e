using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Causeway.Client;
using Causeway.Domain.Topology;
using Causeway.Serve;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Causeway.Demo;

/// <summary><c>causeway demo</c>: the server and a customer's router in this process, and the story told through the public API.</summary>
public static class DemoCommand
{
    private static readonly Option<bool> Exit = new("--exit") { Description = "End when the story is told, instead of staying up." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON line per event." };
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Keep the data in this folder, which must be new; otherwise a temporary one is used and removed.",
    };
    private static readonly Option<int> Port = new("--port")
    {
        Description = "Port of the API; 0 chooses a free one.",
        DefaultValueFactory = _ => 8443,
    };
    private static readonly Option<int> BgpPort = new("--bgp-port")
    {
        Description = "Port of the BGP sessions on 127.0.0.0/8.",
        DefaultValueFactory = _ => 1790,
    };
    private static readonly Option<string?> Language = new("--lang") { Description = "Language of the story: en, sv or nl." };

    public static Command Create()
    {
        var command = new Command("demo", "Shows a circuit from order to traffic to the bill, with real BGP sessions, on this machine.")
        {
            Exit,
            Json,
            Data,
            Port,
            BgpPort,
            Language,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(
                    new DemoOptions(
                        parsed.GetValue(Exit),
                        parsed.GetValue(Json),
                        parsed.GetValue(Data),
                        parsed.GetValue(Port),
                        parsed.GetValue(BgpPort),
                        parsed.GetValue(Language)
                    ),
                    cancellation
                )
        );
        return command;
    }

    /// <returns>0 when the story was told to its end; 1 when it could not go on; 2 when it could not begin.</returns>
    private static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellation)
    {
        TimeProvider time = TimeProvider.System;
        DemoWords words = DemoWords.For(options.Language ?? Environment.GetEnvironmentVariable("LANG")?.Split('_')[0]);
        if (options.Data is { } folder && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            await Console.Error.WriteLineAsync($"causeway: {folder} is not empty; the story needs a new folder.");
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
                    Clock = time,
                },
                cancellation
            );
            int result = await TellAsync(host, options, words, time, cancellation);
            if (result == 0 && !options.Exit)
                await StayAsync(host, options, words, cancellation);
            return result;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(
                $"causeway: the demo cannot start: {e.Message} Another server may use the port: try --port 0 --bgp-port 1791."
            );
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
        DemoWords words,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        AccessFile access = AccessFile.Load(host.AccessFile);
        NetworkTopology topology = host.Services.GetRequiredService<NetworkTopology>();
        using var contoso = new ArmClient(access, "customer", time);
        using var fabrikam = new ArmClient(access, "otherCustomer", time);
        using var equinix = new ArmClient(access, "provider", time);
        await using var router = new CustomerRouter(time);

        IAnsiConsole console = Screen();
        var terminal = new TerminalScreen(console, words["title"]);
        IDemoScreen screen = options.Json ? new JsonScreen(Console.Out) : terminal;
        // On a terminal somebody is reading; a pipe needs no time to read.
        bool watched = !options.Json && console.Profile.Capabilities.Interactive;
        var teller = new DemoTeller(screen, words, time, watched ? TimeSpan.FromSeconds(1.5) : TimeSpan.Zero);
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
                await new DemoStory(contoso, fabrikam, equinix, router, teller, time).RunAsync(topology.Asn, options.BgpPort, cancellation);
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

    private static async Task StayAsync(ServerHost host, DemoOptions options, DemoWords words, CancellationToken cancellation)
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
            AnsiConsole.WriteLine();
            AnsiConsole.WriteLine(words["stays", host.Endpoint]);
            foreach (string command in next)
                AnsiConsole.WriteLine($"    {command}");
            AnsiConsole.WriteLine(words["stop"]);
        }
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using CancellationTokenRegistration cancelled = cancellation.Register(() => stopped.TrySetResult());
        await Task.WhenAny(stopped.Task, host.Failure);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }
    }
}

/// <summary>What the demo was asked for.</summary>
internal sealed record DemoOptions(bool Exit, bool Json, string? Data, int Port, int BgpPort, string? Language);
