namespace Causeway.TinyRecipe;

/// <summary>
/// What customers say, as templates: [one|or the other] and {slots}. Whole templates are held out: none of theirs is ever in the training data.
/// </summary>
/// <param name="Training">Templates to learn from.</param>
/// <param name="HeldOut">Templates to measure with.</param>
/// <param name="More">Templates to learn from in the second lesson only.</param>
internal sealed record Phrases(string[] Training, string[] HeldOut, params string[] More)
{
    public string[] Of(Lesson lesson) => lesson switch { Lesson.HeldOut => HeldOut, Lesson.First => Training, _ => [.. Training, .. More] };

    /// <summary>Chooses between alternatives; they may be nested.</summary>
    public static string Choose(string template, Random random)
    {
        while (true)
        {
            var close = template.IndexOf(']');
            if (close < 0) return template;
            var open = template.LastIndexOf('[', close);
            var choices = template[(open + 1)..close].Split('|');
            template = template[..open] + choices[random.Next(choices.Length)] + template[(close + 1)..];
        }
    }

    public static readonly string[] Openings =
    [
        "", "", "", "", "Hi. ", "Hello. ", "Hi there. ", "Good morning. ", "Hello, ", "Hey. ", "Excuse me. ", "Good evening. ", "Sorry to bother you. ",
        "Hi, I hope you are well. ", "I have a question. ", "Good day. ", "Dear team, ",
    ];

    public static readonly string[] Endings = ["", "", "", "", "", " Thanks.", " Thank you.", " Thanks a lot.", " Please help.", " Thanks in advance.", " Best regards."];

    public static readonly Phrases Order = new(
        [
            "[Where|Where exactly] is [my|the] [order|parcel|package] {order}[| right now| at the moment| now]?",
            "[Can|Could|Would] you [please |]tell me where [my |the |]order {order} is?",
            "What is the [current |]status of [my order |order |]{order}?",
            "I am still waiting for [my order |order |my {item}, order |]{order}. [Where is it?|When does it come?|What happened?]",
            "My order number is {order}. [Has it been shipped yet?|Where is it?|Is it on its way?|When will it arrive?]",
            "[Can|Could] you [please |][check|track|look at|look into] [my |]order {order}[ for me|]?",
            "When [will|does] [my |][order |parcel |]{order} [arrive|come|get here]?",
            "I ordered a {item} [last week|on Monday|some days ago|two weeks ago] with the number {order}. [When does it come?|Where is it?|It is not here yet.]",
            "Please [track|check|find|look up] [order |my order |]{order}.",
            "It has been [a week|ten days|a month|two weeks]. [What happened to|Where is] [my |]order {order}?",
            "Has [my |][order |parcel |]{order} [left the warehouse|been sent|been shipped|gone out] [yet|already]?",
            "I [need|want|would like] [an update|news|some news] [on|about] [order |my order |]{order}[, please|].",
            "The {item} from order {order} has not [arrived|come]. Where is it?",
            "Tell me the [delivery date|status|arrival date] of [order |]{order}.",
            "Is [my order |order |]{order} [on its way|on the way|still on time|late|delayed]?",
            "[Any|Do you have any] news about my [package|parcel|order]? The [order|number|order number] is {order}.",
            "I [would like|want] to know [how order {order} is doing|where {order} is|when {order} arrives].",
            "Order {order}: [shipped or not|where is it|any news|what is its status]?",
            "Can I [get|have] [the tracking|the status|an update] for [order |]{order}?",
            "Did you [send out|ship|send] [order |my order |]{order} [already|yet]?",
            "{order}[:| -|,] [where is it|status please|any update|any news]?",
            "My {item} [should have been|was supposed to be] here [yesterday|last week|days ago]. The order is {order}.",
            "Look up [order |]{order}[, please| for me|].",
            "I have [not heard|heard nothing] about [my |]order {order}.",
            "How is [my |]order {order} doing?",
            "It is about [my |]order {order}. [Where is it?|When does it arrive?|I am still waiting.]",
            "The tracking of {order} [does not work|shows nothing]. Where is my [parcel|{item}]?",
            "[Somebody said|You told me] that {order} would be here [today|yesterday]. It is not.",
            "I [bought|ordered] a {item}, number {order}. [How long does it take?|Will it be here soon?|Is it delivered soon?]",
            "Status of {order}[, please|]?",
            "[My|The] {item} [is|has] not here. [Can you check|Please check] {order}.",
            "When do I get my {item}? The order number is {order}.",
        ],
        [
            "Could you look up {order} and tell me when it gets here?",
            "I am looking for my {item}, the order is {order}.",
            "What about {order}? Has it been sent?",
            "Please check where {order} is right now.",
            "How long until order {order} arrives?",
            "My parcel has not come. It is order {order}.",
            "Do you know when my {item} with the number {order} will be here?",
            "I want to track my package {order}.",
            "Tell me, is order {order} late?",
            "My order is {order}. When is it delivered?",
            "Can you find out what happened to {order}?",
        ]);

    public static readonly Phrases Refund = new(
        [
            "I [want|need|would like] my money back for the {item}. It [cost|was] {amount}.",
            "Can I [get|have] a refund of {amount} for [my|the|this] {item}?",
            "[The|My] {item} [is broken|came damaged|does not work|is too small|is too big|is the wrong colour|has a scratch]. I paid {amount}[ and want a refund|. Can I return it?|. I want my money back.]",
            "I would like to [return|send back] [the|my|a] {item} that I bought for {amount}.",
            "Please refund the {amount} [that I paid |]for [the|my] {item}.",
            "My {item} [does not work|stopped working|broke]. Can [you give me|I have] the {amount} back?",
            "How [do|can] I [return|send back] [a|my|this] {item}? [I paid|It was|It cost] {amount}.",
            "I do not [like|need|want] the {item}. Can I have my {amount} back?",
            "You charged me {amount} for a {item} that I want to [send back|return].",
            "Is it possible to [return|send back] [the|my] {item}? It [was|cost] {amount}.",
            "I need a refund for the {item}, {amount}[ in total|].",
            "The {item} is [too small|too big|not what I ordered]. I want a refund of {amount}.",
            "[Refund please|Refund|Return]: {item}, {amount}.",
            "I [bought|ordered|got] [a|this] {item} for {amount}[ last week| on Monday|]. [It came damaged.|It is broken.|I do not like it.|It does not fit.] [I want to return it.|Can I send it back?|I want my money back.|Please refund it.|How do I return it?]",
            "What do I have to do to get {amount} back for the {item}?",
            "I changed my mind about the {item}. It was {amount}. Can I [return it|send it back|get my money back]?",
            "[Give|Send] me back the {amount} for the {item}.",
            "My {item} arrived [late|too late|broken] and I want the {amount} [refunded|back].",
            "Can you refund [a|my|the] {item}? The price was {amount}.",
            "I sent back the {item}. When do I get my {amount}?",
            "The {item} cost me {amount}. [I want to return it.|I would like to send it back.|May I return it?|Refund it, please.]",
            "For {amount} I [expected|wanted] a better {item}. [I want a refund.|Take it back.|I am sending it back.]",
            "I paid {amount} for [my|the|a] {item}. [It broke after a day.|It is not good.|It never worked.] [What about a refund?|I want to send it back.|Can you refund me?]",
            "May I [return|send back] [a|my] {item} [of|worth] {amount}?",
            "[My|The] {item}, {amount}, [is broken|is damaged|does not work]. [Refund, please.|I want a refund.|Can I return it?]",
            "Will you [take back|refund] [the|my] {item}? I [paid|gave you] {amount}.",
            "I was charged {amount} for the {item}. [Please give it back.|I want it back.|Please refund me.]",
            "Return of [a|one] {item}, price {amount}[, please|].",
        ],
        [
            "I am not happy with the {item} and want the {amount} back.",
            "Could I return my {item} and get {amount} refunded?",
            "The {item} that I bought for {amount} is damaged. Refund it please.",
            "I paid {amount} for this {item}. How do I get a refund?",
            "Can you give me a refund? The {item} was {amount}.",
            "It was {amount} and it is broken. I want to send the {item} back.",
            "I would like a refund for my {item}. The price was {amount}.",
            "Do I get my {amount} back when I return the {item}?",
            "My new {item} for {amount} does not work. I want to return it.",
            "Please take back the {item}. I want my {amount}.",
        ]);

    /// <summary>Whatever the amount: these go to a person, with a reason.</summary>
    public static readonly (string Reason, Phrases Says)[] Person =
    [
        ("asked for a person", new(
            [
                "I [want|need|would like] to [talk|speak] to a [person|human|real person|human being][| now| please].",
                "Let me [speak|talk] to a [human|person|real person][, please|].",
                "[Get|Give|Call] me your [manager|boss].",
                "I do not want to [talk|write] to a [bot|machine|robot][| any more].",
                "This is the [second|third|fourth] time that I write to you. I want a [real person|human].",
                "[Connect|Transfer] me to [an agent|a human agent|a person|someone][, please|].",
                "Can a [real person|human] call me[ back|]?",
                "Please put me through to [a human agent|an agent|a person|your manager].",
                "I need to [speak|talk] to your [manager|boss] about the {item}.",
                "[Is|Isn't] there a [human|real person] [here|I can talk to]?",
                "[Human|Agent|Person|Manager][, please|, now| please].",
                "You do not understand me. [I want a human.|Get me a person.|Let me talk to someone.]",
                "I [want|have] to complain to a [manager|person] about my {item}.",
                "Stop this. [A human, please.|I want to talk to someone real.|Give me a person.]",
            ],
            [
                "I would like to speak to a real person about my {item}.",
                "Give me a human, not a bot.",
                "Could I talk to your manager, please?",
                "I want an agent to call me.",
                "Is there a person I can speak to?",
            ])),
        ("safety", new(
            [
                "[Your|The|My] {item} [hurt|burned|injured] my [child|son|daughter|hand]. [I need to speak to someone now.|What do I do?|This is dangerous.|]",
                "The {item} [caught fire|started to burn|exploded]. [Who can I talk to?|I was scared.|This is dangerous.|]",
                "There was glass in the box of [my|the] {item}. I am [hurt|injured].",
                "[The|My] {item} gave me an electric shock.[ I am hurt.|]",
                "[The|My|This] {item} is dangerous. It [burned me|smokes|hurt me].",
                "I was [hurt|burned|injured] by [your|the|my] {item}.",
                "Smoke comes out of [my|the] {item}. [Is it safe?|I am afraid.|]",
                "My [child|son|daughter] is in hospital because of the {item}.",
            ],
            [
                "The {item} caught fire and I am hurt.",
                "My {item} exploded and burned my hand.",
                "I got an electric shock from the {item}.",
                "There is smoke in my house because the {item} is burning.",
            ])),
        ("fraud", new(
            [
                "[Somebody|Someone] used my card to buy a {item}.",
                "I did not order [this|the|a] {item}. [Someone|Somebody] stole my card.",
                "There is [a fraud|fraud] on my account. I never bought a {item}.",
                "[Somebody|Someone] [stole|hacked] my account and [bought|ordered] a {item}.",
                "My card was [stolen|used] for a {item} [that I never ordered|by a thief].",
                "[This is fraud|I think this is fraud]. I [never|did not] [ordered|order] a {item}.",
                "A thief [bought|ordered] a {item} with my [card|account].",
                "[Someone|Somebody] else [bought|paid for] a {item} with my [stolen |]card.",
            ],
            [
                "Someone stole my card and bought a {item}.",
                "I never ordered a {item}. This is fraud.",
                "My account was hacked and somebody bought a {item}.",
            ])),
        ("legal", new(
            [
                "My lawyer will [contact|write to|call] you about the {item}.",
                "I will [sue|take] you [for|because of] this {item}[ to court|].",
                "I have told my lawyer about the [{item}|broken {item}].",
                "You will hear from my lawyer. The {item} is a scandal.",
                "I am going to court [about|over|because of] the {item}.",
                "My [lawyer|attorney] says that you [must pay|have to pay] for the {item}.",
                "[See you in court.|I will see you in court.] The {item} [was a lie|is a scandal].",
                "I am [suing|going to sue] you over the {item}.",
            ],
            [
                "I will sue you. My lawyer knows about the {item}.",
                "My lawyer is going to sue you over the {item}.",
                "I will go to court because of the {item}.",
            ])),
    ];

    /// <summary>Sentences to take facts from.</summary>
    public static readonly Phrases Facts = new(
        [
            "{name} from {city} [bought|ordered|wants] a {item} for {amount}.",
            "A {item} for {amount} was [sold|sent|given] to {name} in {city}.",
            "In {city}, {name} paid {amount} for a {item}.",
            "{name} lives in {city} and ordered a {item}. The price was {amount}.",
            "We sent a {item} to {name} in {city}. It cost {amount}.",
            "The customer {name} ({city}) wants a {item} at {amount}.",
            "{amount} for a {item}: paid by {name}, {city}.",
            "{name} wrote from {city}: the {item} for {amount} is great.",
            "Order of {name}, {city}: one {item}, {amount}.",
            "Yesterday {name} bought a {item} in {city}. The bill was {amount}.",
            "{name}, {city}, {item}, {amount}.",
            "My name is {name}, I live in {city} and I paid {amount} for a {item}.",
            "I am {name} from {city}. I bought a {item}. It was {amount}.",
            "{city}: {name} returned a {item} of {amount}.",
            "Sold: a {item}, {amount}. Buyer: {name}. City: {city}.",
            "The {item} of {name} went to {city}. {name} paid {amount}.",
        ],
        [
            "{name} in {city} ordered a {item} for {amount}.",
            "A {item} was sent to {name} from {city}. The price was {amount}.",
            "My name is {name}. I bought a {item} in {city} for {amount}.",
            "Customer: {name}. The {item} for {amount} went to {city}.",
        ],
        "{name} who lives in {city} [paid|spent] {amount} [for|on] a {item}.",
        "Invoice: {item}, {amount}. [To|For] {name} in {city}.",
        "A customer from {city}, {name}, returned a {item} worth {amount}.",
        "[Today|Last week] a {item} was delivered to {name} in {city}. [It cost|The price is] {amount}.",
        "{amount} [was|were] paid by {name} for a {item} in {city}.",
        "The {item} costs {amount}. {name} wants it sent to {city}.",
        "Please send a {item} to {name}, {city}. [I paid|It is] {amount}.",
        "{name} is from {city}. {name} [likes|bought|has] the {item} for {amount}.",
        "[Buyer|Client]: {name}, {city}. [Item|Bought]: {item}. [Price|Total]: {amount}.",
        "We got {amount} from {name} in {city} for the {item}.",
        "There is a {item} for {name} in the shop in {city}. The price: {amount}.",
        "From {city} {name} ordered one {item} at {amount}.",
        "[Name|Customer]: {name}, city: {city}, item: {item}, amount: {amount}.",
        "I want to buy a {item} for {amount}. I am {name}, {city}.");

    /// <summary>How facts are asked for.</summary>
    public static readonly Phrases Extraction = new(
        [
            "Give me {fields} as JSON. {text}",
            "[Extract|Find|Read] {fields} [from this|from this text|in this text][ as JSON|, in JSON|]: {text}",
            "{text} [Give me|Write|Return] {fields} as [JSON|a JSON object].",
            "[JSON|JSON only|Answer in JSON]: {fields}. {text}",
            "[Return|Write] a JSON object with {fields}. [Text: |]{text}",
            "[What are|Tell me] {fields} here? {text} [Answer in JSON.|Only JSON, please.]",
            "{fields} as JSON, please: {text}",
        ],
        [
            "Please extract {fields} as JSON from this: {text}",
            "Write {fields} of this text in JSON. {text}",
            "{text} Return JSON with {fields}.",
        ],
        "I need {fields} of this in JSON: {text}",
        "Turn this into JSON with {fields}: {text}",
        "{text} As JSON: {fields}.",
        "Make JSON of {fields}. {text}",
        "Can you get {fields} out of this as JSON? {text}",
        "[Put|Copy] {fields} into JSON. {text}",
        "{text} [Please extract|Extract|Find] {fields}[ as JSON|, JSON only].");
}
