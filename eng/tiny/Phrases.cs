namespace Causeway.TinyRecipe;

/// <summary>
/// What customers say, with {slots}. Of each list the last fifth is held out: never in the training data, only in the tests.
/// </summary>
internal static class Phrases
{
    public static readonly string[] OrderStatus =
    [
        "Where is my order {order}?",
        "Can you tell me where order {order} is?",
        "What is the status of order {order}?",
        "I am still waiting for {order}. Where is it?",
        "My order number is {order}. Has it been shipped yet?",
        "Could you check order {order} for me?",
        "When will {order} arrive?",
        "I ordered a {item} with the number {order}. When does it come?",
        "Please track {order}.",
        "It has been a week. What happened to order {order}?",
        "Has order {order} left the warehouse?",
        "I need an update on {order}, please.",
        "The {item} from order {order} has not arrived. Where is it?",
        "Tell me the delivery date of {order}.",
        "Is {order} on its way?",
        "Any news about my package? The order is {order}.",
        "I would like to know how order {order} is doing.",
        "Order {order}: shipped or not?",
        "Can I get the tracking for {order}?",
        "Did you send out {order} already?",
        // held out
        "Could you look up {order} and tell me when it gets here?",
        "I am looking for my {item}, the order is {order}.",
        "What about {order}? Has it been sent?",
        "Please check where {order} is right now.",
        "How long until order {order} arrives?",
    ];

    public static readonly string[] Refund =
    [
        "I want my money back for the {item}. It cost ${amount}.",
        "Can I get a refund of ${amount} for my {item}?",
        "The {item} is broken. I paid ${amount} and want a refund.",
        "I would like to return the {item} that I bought for ${amount}.",
        "Please refund the ${amount} that I paid for the {item}.",
        "My {item} does not work. Can you give me the ${amount} back?",
        "How do I return a {item}? I paid ${amount}.",
        "I do not like the {item}. Can I have my ${amount} back?",
        "You charged me ${amount} for a {item} that I want to send back.",
        "Is it possible to return the {item}? It was ${amount}.",
        "I need a refund for the {item}, ${amount} in total.",
        "The {item} is too small. I want a refund of ${amount}.",
        "Refund please: {item}, ${amount}.",
        "I bought a {item} for ${amount}. It came damaged. I want to return it.",
        "What do I have to do to get ${amount} back for the {item}?",
        "I changed my mind about the {item}. It was ${amount}. Can I return it?",
        "Give me back the ${amount} for the {item}.",
        "My {item} arrived late and I want the ${amount} refunded.",
        "Can you refund a {item}? The price was ${amount}.",
        "I sent back the {item}. When do I get my ${amount}?",
        // held out
        "I am not happy with the {item} and want the ${amount} back.",
        "Could I return my {item} and get ${amount} refunded?",
        "The {item} that I bought for ${amount} is damaged. Refund it please.",
        "I paid ${amount} for this {item}. How do I get a refund?",
        "Can you give me a refund? The {item} was ${amount}.",
    ];

    /// <summary>Whatever the amount: these go to a person, with a reason.</summary>
    public static readonly (string Says, string Reason)[] Person =
    [
        ("I want to talk to a person.", "asked for a person"),
        ("Let me speak to a human, please.", "asked for a person"),
        ("Your {item} hurt my child. I need to speak to someone now.", "safety"),
        ("My lawyer will contact you about the {item}.", "legal"),
        ("Get me your manager.", "asked for a person"),
        ("Somebody used my card to buy a {item}.", "fraud"),
        ("The {item} caught fire. Who can I talk to?", "safety"),
        ("I do not want to talk to a bot.", "asked for a person"),
        ("I will sue you for this {item}.", "legal"),
        ("This is the third time that I write to you. I want a real person.", "asked for a person"),
        ("I did not order this {item}. Someone stole my card.", "fraud"),
        ("There was glass in the box of my {item}. I am hurt.", "safety"),
        ("Connect me to an agent.", "asked for a person"),
        ("I have told my lawyer about the broken {item}.", "legal"),
        ("Can a real person call me?", "asked for a person"),
        ("There is a fraud on my account. I never bought a {item}.", "fraud"),
        ("Please put me through to a human agent.", "asked for a person"),
        ("The {item} gave me an electric shock. I am hurt.", "safety"),
        ("I need to speak to your manager about the {item}.", "asked for a person"),
        ("You will hear from my lawyer. The {item} is a scandal.", "legal"),
        // held out
        ("I would like to speak to a real person about my {item}.", "asked for a person"),
        ("The {item} caught fire and I am hurt.", "safety"),
        ("Give me a human, not a bot.", "asked for a person"),
        ("Someone stole my card and bought a {item}.", "fraud"),
        ("I will sue you. My lawyer knows about the {item}.", "legal"),
    ];

    /// <summary>Sentences to take facts from.</summary>
    public static readonly string[] Facts =
    [
        "{name} from {city} bought a {item} for ${amount}.",
        "A {item} for ${amount} was sold to {name} in {city}.",
        "In {city}, {name} paid ${amount} for a {item}.",
        "{name} lives in {city} and ordered a {item}. The price was ${amount}.",
        "We sent a {item} to {name} in {city}. It cost ${amount}.",
        "The customer {name} ({city}) wants a {item} at ${amount}.",
        "${amount} for a {item}: paid by {name}, {city}.",
        "{name} wrote from {city}: the {item} for ${amount} is great.",
        "Order of {name}, {city}: one {item}, ${amount}.",
        "Yesterday {name} bought a {item} in {city}. The bill was ${amount}.",
        // held out
        "{name} in {city} ordered a {item} for ${amount}.",
        "A {item} was sent to {name} from {city}. The price was ${amount}.",
    ];

    public static readonly string[] Openings = ["", "", "", "Hi. ", "Hello. ", "Hi there. ", "Good morning. ", "Hello, ", "Hey. ", "Excuse me. ", "Good evening. "];
    public static readonly string[] Endings = ["", "", "", "", " Thanks.", " Thank you.", " Thanks a lot.", " Please help."];

    public static readonly string[] Items =
    [
        "jacket", "lamp", "kettle", "phone case", "backpack", "keyboard", "pair of shoes", "coffee maker", "watch", "blanket", "desk", "chair", "tent", "camera",
        "headset", "mirror", "toaster", "bike helmet", "raincoat", "printer", "rug", "pillow", "suitcase", "speaker", "monitor", "drill", "fan", "bottle", "scarf", "novel",
    ];

    public static readonly string[] Names =
    [
        "Ada", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Ines", "Jonas", "Karen", "Leo", "Maria", "Noah", "Olga", "Paul", "Rosa", "Sam", "Tina", "Victor", "Wanda", "Yusuf", "Zoe",
    ];

    public static readonly string[] Cities = ["Berlin", "Paris", "Madrid", "Rome", "Vienna", "Oslo", "Dublin", "Lisbon", "Prague", "Athens", "Boston", "Denver", "Austin", "Seattle", "Chicago"];
}
