using Causeway.Language;
using Causeway.Portal.Sessions;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal.Pages;

/// <summary>How a page speaks and looks, and for whom.</summary>
/// <param name="Theme"><c>auto</c>, <c>light</c> or <c>dark</c>.</param>
/// <param name="Here">The path and query of the page, to come back to.</param>
public sealed record Look(Words Words, string Theme, string Here, PortalSession? Session)
{
    public const string LanguageCookie = "causeway-language";
    public const string ThemeCookie = "causeway-theme";

    public static IReadOnlyList<string> Themes { get; } = ["auto", "light", "dark"];

    /// <summary>Null until it is known.</summary>
    public Viewer? Viewer { get; init; }

    /// <summary>A key that is not for who looks, in whichever text it stands; null for none.</summary>
    public string? Hidden { get; init; }

    /// <summary>Whether it is for whoever has a link, whom what the API says of the one who made it does not concern.</summary>
    public bool IsShared { get; init; }

    /// <summary>From where on changes are to be told; null for a page that is not live.</summary>
    public string? Position { get; init; }

    public static Look Of(HttpContext http, PortalSession? session)
    {
        string language = http.Request.Cookies[LanguageCookie] ?? Wanted(http.Request.Headers.AcceptLanguage.ToString());
        string theme = Themes.FirstOrDefault(t => t == http.Request.Cookies[ThemeCookie]) ?? Themes[0];
        return new Look(WordsIn(language), theme, $"{http.Request.Path}{http.Request.QueryString}", session);
    }

    /// <summary>The words of the portal and of all features.</summary>
    public static Words WordsIn(string language) =>
        Words.For(language).With(typeof(Look).Assembly, "Portal.words").With(typeof(Words).Assembly, "");

    /// <summary>A path of the portal, whatever was asked for.</summary>
    public static string Within(string path) =>
        path.StartsWith("/portal/", StringComparison.Ordinal)
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains('\\', StringComparison.Ordinal)
        && path.All(c => c is > ' ' and < '\u007f')
            ? path
            : "/portal/";

    /// <summary>The first language of a browser's list that is spoken here (RFC 9110 §12.5.4, by order; browsers send them by weight).</summary>
    private static string Wanted(string accepted) =>
        accepted
            .Split(',')
            .Select(l => l.Split(';')[0].Trim().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(l => Words.Languages.Contains(l))
        ?? "en";
}
