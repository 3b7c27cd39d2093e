using System.Text.RegularExpressions;
using Causeway.Client;

namespace Causeway.Cli.Kit;

/// <summary>
/// A server's error as people need it: beside what was wrong, who acts next and with which command. The words for that stand under the error's code, beside
/// the verbs of whatever refuses so.
/// </summary>
internal static partial class ErrorText
{
    private const string GroupList = "{group} list";

    public static async Task<Failure> OfAsync(CliCall call, ArmException e)
    {
        string key = $"error {e.Code}";
        bool known = call.Words.Knows(key);
        return new Failure(ExitCodes.Of(e), e.Code, e.Message)
        {
            Status = e.Status,
            Target = e.Target,
            Details = e.Details,
            AdditionalInfo = e.AdditionalInfo,
            DidYouMean = await DidYouMean.OfErrorAsync(call, e),
            ActsNext = known ? call.Words[key] : null,
            Try =
                known && call.Words.TryOf(key) is { } line && (call.CanList || !line.Contains(GroupList, StringComparison.Ordinal))
                    ? Fill(line, call, e.Message)
                    : null,
        };
    }

    /// <summary><c>CIRCUIT</c> and <c>SERVICE-KEY</c> are what the call was about; <c>{path}</c> is the verb, <c>{group}</c> what it belongs to.</summary>
    private static string Fill(string line, CliCall call, string message) =>
        line.Replace("SERVICE-KEY", Keys().Match(message) is { Success: true } key ? key.Value : "SERVICE-KEY", StringComparison.Ordinal)
            .Replace("{path}", call.Path, StringComparison.Ordinal)
            .Replace("{group}", call.Path[..Math.Max(0, call.Path.LastIndexOf(' '))], StringComparison.Ordinal)
            .Replace("CIRCUIT", call.Subject ?? "CIRCUIT", StringComparison.Ordinal);

    /// <summary>A service key that the message names.</summary>
    [GeneratedRegex(@"(?<=key '?)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();
}
