namespace Causeway.Spec.Sections;

/// <summary>The shapes of an upstream of type <c>bedrock</c>.</summary>
internal static class BedrockShapes
{
    private const string Secret = "text with at least one `${NAME}`";

    public static readonly MapShape Bedrock = new("upstreams.<name> (type: bedrock)",
        "Amazon Bedrock through its OpenAI-compatible API: both hosts, keys or signatures, several Regions. What is known about it and " +
        "what is not: [Bedrock](bedrock.md).",
        """
        upstreams:
          bedrock:
            type: bedrock
            regions: [us-east-1, us-west-2]
            apiKey: ${AWS_BEARER_TOKEN_BEDROCK}
            serviceTier: flex
        """,
        [
            UpstreamKeys.Type,
            new("region", "name of an AWS Region", "`regions`", "Where requests go. Give this or `regions`."),
            new("regions", "list of AWS Regions, 1 to 8", "`region`",
                "A target is tried in each of them, in this order: a Region without capacity hands on to the next."),
            new("apiKey", Secret, "none", "A Bedrock API key, sent as `Authorization: Bearer …`."),
            new("auth", "`api-key`, `sigv4` or `short-term`", "`api-key` with `apiKey`, else `sigv4`",
                "`sigv4` signs every request with AWS credentials; `short-term` mints a Bedrock key from them, locally, and renews it."),
            new("credentials", "mapping", "the machine's own",
                "AWS credentials for `sigv4` and `short-term`. Without them: environment, profile, container, instance, in this order."),
            new("host", "`auto`, `runtime` or `mantle`", "`auto`",
                "Which of Bedrock's two hosts is asked. `auto` goes by the model, and finds out what it does not know."),
            new("endpoint", "absolute `http` or `https` URL; takes `${NAME}`, `{service}` and `{region}`", "AWS's own hosts",
                "A VPC endpoint or a stand-in, in the place of scheme and name of both hosts. `{service}` becomes `bedrock-runtime` or " +
                "`bedrock-mantle`."),
            new("serviceTier", "`default`, `priority`, `flex` or `reserved`", "AWS decides", "For requests that name none, or `auto`."),
            new("project", "text", "the account's default", "Sent as `OpenAI-Project`. Only the mantle host has projects, so only it is asked."),
            new("guardrail", "mapping", "none", "A guardrail that Bedrock applies. Only the runtime host has them, so only it is asked."),
            new("mantleSigningName", "`bedrock-mantle` or `bedrock`", "`bedrock-mantle`",
                "The service that signatures for the mantle host name. AWS's SDKs use the first; the second has been seen to work too."),
            UpstreamKeys.ShowErrors,
            UpstreamKeys.Profile("the catalog's for the model, else `bedrock`"),
            .. ResilienceShapes.UpstreamKeys,
        ]);

    public static readonly MapShape Credentials = new("upstreams.<name>.credentials", "AWS credentials, from the environment.",
        """
        upstreams:
          bedrock:
            type: bedrock
            region: us-east-1
            credentials: { accessKeyId: "${BEDROCK_KEY_ID}", secretAccessKey: "${BEDROCK_SECRET}" }
        """,
        [
            new("accessKeyId", Secret, null, "The id of the access key."),
            new("secretAccessKey", Secret, null, "Its secret. Never sent, printed or stored."),
            new("sessionToken", Secret, "none", "For temporary credentials. They are not renewed: for that use the machine's own."),
        ]);

    public static readonly MapShape Guardrail = new("upstreams.<name>.guardrail", "A guardrail of the account.",
        """
        upstreams:
          bedrock:
            type: bedrock
            region: us-east-1
            apiKey: ${AWS_BEARER_TOKEN_BEDROCK}
            guardrail: { id: gr-1, version: "3", trace: enabled }
        """,
        [
            new("id", "text", null, "The guardrail's id or ARN."),
            new("version", "text", null, "A number in quotes, or `DRAFT`."),
            new("trace", "`enabled` or `disabled`", "`disabled`", "Whether answers say what the guardrail found."),
        ]);
}
