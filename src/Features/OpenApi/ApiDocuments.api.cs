using Causeway.Api.Kit;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.OpenApi;

/// <summary>What the API says of itself: an OpenAPI document a namespace, and a page to read them.</summary>
public sealed class ApiDocuments : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Endpoints<DocumentEndpoints>().Endpoints<DocumentPage>();
        f.Services.AddSingleton<DocumentSet>();
    }
}
